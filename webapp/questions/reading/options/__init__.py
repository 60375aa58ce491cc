"""Options as files spell them: in cells (`texts`), and in the question (`inline`)."""
