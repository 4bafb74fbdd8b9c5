"""The pages of everyone who works in the hall, under /staff: who may do what, who has signed in, what was asked."""
