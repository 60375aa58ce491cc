"""Operations that take a file."""
