"""The release of Minka, as its images, metrics, documents and commands name it."""

VERSION = "0.1.0"
