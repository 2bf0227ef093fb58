enum ReLUInterpolationStub {}
