"""The demonstration: a believable year of PECJA0001, entered through the same interfaces and files a user has."""
