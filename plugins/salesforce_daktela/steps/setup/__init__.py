"""What a person sets up: mapping files read and saved."""
