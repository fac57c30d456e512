"""What units earn with their tasks: how numbers stand against plans, and the lines that give points."""
