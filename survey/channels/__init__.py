"""Ways besides the browser: by which ballots come in, and tokens go out."""
