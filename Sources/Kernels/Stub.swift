enum KernelsStub {}
