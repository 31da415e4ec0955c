"""Network parts of the published systems, written from their descriptions; each can be scripted by TorchScript."""
