"""Networks of rethink as PyTorch modules.

    net = rethink_torch.load("net.safetensors")            # layers and weights of one file
    net = rethink_torch.build(yaml.safe_load(open("net.yaml")))   # layers alone
    net = rethink_torch.build(json.loads(output)["architecture"])  # of rethink model NAME --json

Needs torch, and safetensors for load. Modules are nested as in the file, so that names of
parameters are the same on both sides and strict loading works. Images are N x channels x height x
width.
"""

import json

import torch
from torch import nn
from torch.nn import functional


def load(path):
    """The module that a file of weights, or a checkpoint, describes; in evaluation mode."""
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        description = json.loads(file.metadata()["architecture"])
        weights = {
            name: file.get_tensor(name)
            for name in file.keys()
            if not name.startswith("velocity.")
        }
    floating = [weight.dtype for weight in weights.values() if weight.is_floating_point()]
    net = build(description).to(floating[0] if floating else torch.float32)
    net.load_state_dict(weights, strict=True)
    return net.eval()


def build(description):
    """The module of a description: name, input and layers, as YAML or JSON give them."""
    sizes = [int(size) for size in str(description["input"]).split("x")]
    shape = sizes if len(sizes) == 1 else [sizes[2], sizes[0], sizes[1]]
    net, _ = _sequence(description["layers"], torch.zeros(1, *shape))
    return net


class Branches(nn.ModuleList):
    """Modules on the same input; their results are concatenated along channels."""

    def forward(self, x):
        return torch.cat([branch(x) for branch in self], dim=1)


class Convolution(nn.Conv2d):
    """A convolution whose padding may differ before and after the image."""

    def __init__(self, channels, filters, size, stride=1, padding="same", bias=True):
        super().__init__(channels, filters, size, stride=stride, bias=bias)
        self.border = padding

    def forward(self, x):
        x = _padded(x, self.border, self.kernel_size[0], self.stride[0])
        return self._conv_forward(x, self.weight, self.bias)


class MaxPooling(nn.Module):
    """The largest value of each window; positions outside the image do not count."""

    def __init__(self, size, stride, padding="same"):
        super().__init__()
        self.size, self.stride, self.border = size, stride, padding

    def forward(self, x):
        x = _padded(x, self.border, self.size, self.stride, float("-inf"))
        return functional.max_pool2d(x, self.size, self.stride)


class AveragePooling(nn.Module):
    """The mean of each window; positions outside the image do not count."""

    def __init__(self, size, stride, padding="same"):
        super().__init__()
        self.size, self.stride, self.border = size, stride, padding

    def forward(self, x):
        def means(values):
            values = _padded(values, self.border, self.size, self.stride)
            return functional.avg_pool2d(values, self.size, self.stride)

        return means(x) / means(torch.ones_like(x[:1, :1]))


class GlobalAveragePooling(nn.Module):
    """The mean of each channel, a vector."""

    def forward(self, x):
        return x.mean(dim=(2, 3))


def _padded(x, padding, size, stride, value=0.0):
    """An image with the margins of TensorFlow's SAME, of none, or of one number."""

    def margins(length):
        if padding == "valid":
            return [0, 0]
        if padding != "same":
            return [padding, padding]
        places = -(-length // stride)
        missing = max((places - 1) * stride + size - length, 0)
        return [missing // 2, missing - missing // 2]

    return functional.pad(x, margins(x.shape[3]) + margins(x.shape[2]), value=value)


def _sequence(layers, x):
    """Modules one after another, with what they make of an example."""
    modules = nn.Sequential()
    for index, layer in enumerate(layers):
        module = _module(layer, x)
        modules.append(module)
        with torch.no_grad():
            x = module.eval()(x)
        module.train()
    return modules, x


def _module(layer, x):
    """The module of one layer, for inputs of the example's shape."""
    word, value = next(iter(layer.items())) if isinstance(layer, dict) else (layer, None)
    word = word.replace("ization", "isation")
    options = value if isinstance(value, dict) else {}
    if word == "branches":
        return Branches([_sequence(branch, x)[0] for branch in value])
    if word == "convolution":
        return Convolution(x.shape[1], **options)
    if word == "dense":
        return nn.Linear(x.shape[1], options.get("outputs", value), options.get("bias", True))
    if word == "relu":
        return nn.ReLU()
    if word == "max-pooling":
        return MaxPooling(**options)
    if word == "average-pooling":
        return AveragePooling(**options)
    if word == "global-average-pooling":
        return GlobalAveragePooling()
    if word == "flatten":
        return nn.Flatten()
    if word == "dropout":
        return nn.Dropout(options.get("rate", value))
    if word == "batch-normalisation":
        kind = nn.BatchNorm2d if x.dim() == 4 else nn.BatchNorm1d
        # PyTorch's momentum is the share of the new batch, ours that of the old statistics.
        return kind(
            x.shape[1],
            eps=float(options.get("epsilon", 1e-5)),
            momentum=1 - float(options.get("decay", 0.9)),
            affine=options.get("scale-and-shift", True),
        )
    if word == "local-response-normalisation":
        # PyTorch divides alpha by the number of channels in the sum.
        size = 2 * options.get("radius", 4) + 1
        return nn.LocalResponseNorm(
            size,
            alpha=float(options.get("alpha", 0.001 / 9)) * size,
            beta=float(options.get("beta", 0.75)),
            k=float(options.get("bias", 1)),
        )
    raise ValueError(f"unknown layer {word!r}")
