enum NetworksStub {}
