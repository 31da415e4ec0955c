"""Writes the mean of two checkpoints' averaged weights.

A network that went on with other films keeps more of what it knew when its weights are drawn halfway back: on a seventh of the
training patients that both stages left out, cardiothoracic ratio and lungs were better so than after the second stage alone.
"""

import argparse

import torch


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoints", nargs=2, required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    first, second = (torch.load(path, weights_only=True)["average"] for path in args.checkpoints)
    torch.save({"average": {name: (value + second[name]) / 2 if value.is_floating_point() else value
                            for name, value in first.items()}}, args.out)


if __name__ == "__main__":
    main()
