enum LinearModelsStub {}
