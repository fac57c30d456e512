/* Stands before and behind the ballot: what the script between takes away is not seen, and not tapped, until it ran. */
document.documentElement.classList.toggle("drawn");
