"""What somebody shows to be who they are: passwords, and what they have beside one."""
