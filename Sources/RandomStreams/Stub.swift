enum RandomStreamsStub {}
