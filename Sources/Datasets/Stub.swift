enum DatasetsStub {}
