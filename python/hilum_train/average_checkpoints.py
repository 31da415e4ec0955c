"""The mean of the weights of checkpoints of one run and those that went on from it."""

import argparse

import torch


def mean(states):
    """Every tensor's mean over state dictionaries with the same names."""
    return {name: sum(state[name] for state in states) / len(states) for name in states[0]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoints", nargs="+")
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    torch.save({"model": mean([torch.load(path, weights_only=True)["model"] for path in args.checkpoints])}, args.out)


if __name__ == "__main__":
    main()
