enum RethinkingStub {}
