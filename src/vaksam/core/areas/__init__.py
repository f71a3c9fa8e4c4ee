"""Swedish areas: codes, files of areas and of figures about them, and maps for the screen."""
