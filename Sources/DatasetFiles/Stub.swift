enum DatasetFilesStub {}
