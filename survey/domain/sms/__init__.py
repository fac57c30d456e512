"""What is pure about text messages: numbers, parts, opting out, and reading a reply's grades."""
