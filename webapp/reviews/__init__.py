"""What people say of answers: verdicts and their history, queues, agreement, comments."""
