"""What every address of the API stands on, without knowing a room: JSON in and out, and errors that say what is wrong."""
