"""The doors through which consumers come: each as a principal, each on one publication."""
