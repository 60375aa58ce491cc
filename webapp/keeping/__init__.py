"""What people do with their things beside working with them: name, describe, star, hand over, make
a baseline, archive, delete, undo. Each act is one function, which says who does it."""
