"""Small random changes to a batch of films together with their opacity masks."""

import math

import torch
from torch.nn import functional as F

from hilum_train.encoder.encoder import SIDE


def random_affine(count, generator, degrees=8.0, scale=0.10, shift=0.06, mirror=True):
    """Affine matrices [N,2,3]: rotation, scale, shift and, on wish, a mirror image for every other film."""
    def uniform(limit):
        return (torch.rand(count, generator=generator) * 2 - 1) * limit
    angle = uniform(math.radians(degrees))
    zoom_x, zoom_y = 1 + uniform(scale), 1 + uniform(scale)
    side = torch.where(torch.rand(count, generator=generator) < 0.5, -1.0, 1.0) if mirror else torch.ones(count)
    theta = torch.zeros(count, 2, 3)
    theta[:, 0, 0] = torch.cos(angle) * zoom_x * side
    theta[:, 0, 1] = -torch.sin(angle) * zoom_y
    theta[:, 1, 0] = torch.sin(angle) * zoom_x * side
    theta[:, 1, 1] = torch.cos(angle) * zoom_y
    theta[:, 0, 2], theta[:, 1, 2] = uniform(2 * shift), uniform(2 * shift)
    return theta


def random_grey(grey, generator, gamma=0.25, gain=0.15, lift=15, noise=3.0):
    """Films [N,H,W] with other contrast, brightness and noise."""
    def uniform(limit):
        return (torch.rand(len(grey), 1, 1, generator=generator) * 2 - 1) * limit
    bend, factor, more = torch.exp(uniform(gamma)), 1 + uniform(gain), uniform(lift)
    grey = ((grey.clamp(0, 255) / 255) ** bend * 255 * factor + more).clamp(0, 255)
    return (grey + torch.randn(grey.shape, generator=generator) * noise).clamp(0, 255)


def batch(images, masks, generator):
    """uint8 films [N,H,W] and masks [N,h,w] -> float grey levels and the share of opacity in each of SIDE x SIDE cells."""
    count = len(images)
    theta = random_affine(count, generator)
    grey = images.float().unsqueeze(1)
    grid = F.affine_grid(theta, grey.shape, align_corners=False)
    grey = F.grid_sample(grey, grid, padding_mode="zeros", align_corners=False).squeeze(1)
    mask = masks.float().unsqueeze(1) / 255.0
    mask = F.grid_sample(mask, F.affine_grid(theta, mask.shape, align_corners=False), align_corners=False)
    cells = F.avg_pool2d(mask, mask.shape[-1] // SIDE).flatten(1)
    return random_grey(grey, generator), cells
