"""The two networks as one: the first finds lungs and heart on the whole film, the second the airway in a close-up between them.

The close-up's place comes from the lungs' centres and spread, so that a film with one white lung or a wide margin still gives
about the same picture: one pixel of it is about one pixel of a film of 384. Everything is written for tracing.
"""

import torch
from torch import nn
from torch.nn import functional as F

from hilum_train.anatomy.net import INPUT, Segmenter, to_input  # noqa: F401

# Height and width of the whole film as the module takes it, and of the maps that it gives.
FILM, OUT = 384, 192
# Rows and columns of the close-up.
ROWS, COLUMNS = 256, 160
# Where the close-up lies: columns in units of the distance between the lungs' centres, rows in units of the lungs' vertical
# spread (standard deviation), both from the middle of the lungs. The first is down to the film's top, where airways begin.
SPAN_X, SPAN_Y = (-0.47, 0.43), (-2.9, 1.1)
COARSE, CLOSE = ("right_lung", "left_lung", "heart"), ("airway", "carina", "tube_tip")
# Log-odds of each map's share of its picture.
COARSE_PRIOR, CLOSE_PRIOR = (-1.7, -2.0, -2.3), (-2.2, 0.0, 0.0)
# A point's confidence is the mass of its map in a window of this many cells a side: the chance that the point is about as near.
WINDOW = 7
# Log-odds where the close-up does not reach.
OUTSIDE = -9.0


def coarse_net(pretrained=True):
    """The network of the whole film."""
    return Segmenter(COARSE_PRIOR, pretrained)


def close_net(pretrained=True):
    """The network of the close-up."""
    return Segmenter(CLOSE_PRIOR, pretrained)


def boxes_of(logits):
    """Lung logits f32[N,2,h,w] -> the close-ups' centre and half size f32[N,4] (x, y, x, y) in units of the film, 0 to 1."""
    weight = torch.sigmoid(logits.float()) ** 2 + 1e-6
    at_x = (torch.arange(logits.shape[3], dtype=torch.float32) + 0.5) / logits.shape[3]
    at_y = (torch.arange(logits.shape[2], dtype=torch.float32) + 0.5) / logits.shape[2]
    columns, rows = weight.sum(2), weight.sum(3)
    total = rows.sum(2)
    x, y = (columns * at_x).sum(2) / total, (rows * at_y).sum(2) / total
    spread = ((rows * (at_y - y.unsqueeze(2)) ** 2).sum(2) / total).sqrt().mean(1).clamp(0.08, 0.3)
    apart = (x[:, 1] - x[:, 0]).clamp(0.25, 0.7)
    x, y = x.mean(1), y.mean(1)
    return torch.stack([x + apart * (sum(SPAN_X) / 2), y + spread * (sum(SPAN_Y) / 2),
                        apart * ((SPAN_X[1] - SPAN_X[0]) / 2), spread * ((SPAN_Y[1] - SPAN_Y[0]) / 2)], dim=1)


def places(boxes):
    """Affine matrices f32[N,2,3] that take a close-up's coordinates (-1 to 1) to its film's (-1 to 1)."""
    zero = torch.zeros_like(boxes[:, 0])
    return torch.stack([torch.stack([2 * boxes[:, 2], zero, 2 * boxes[:, 0] - 1], 1),
                        torch.stack([zero, 2 * boxes[:, 3], 2 * boxes[:, 1] - 1], 1)], dim=1)


def cut(films, theta):
    """Close-ups f32[N,C,ROWS,COLUMNS] of films f32[N,C,H,W]; black beyond the film's border."""
    grid = F.affine_grid(theta, (films.shape[0], 1, ROWS, COLUMNS), align_corners=False)
    return F.grid_sample(films, grid, align_corners=False)


def paste(maps, boxes):
    """Log-odds of close-ups f32[N,C,h,w] -> of whole films f32[N,C,OUT,OUT]."""
    inverse = torch.stack([0.5 - (boxes[:, 0] - 0.5) / (2 * boxes[:, 2]), 0.5 - (boxes[:, 1] - 0.5) / (2 * boxes[:, 3]),
                           0.25 / boxes[:, 2], 0.25 / boxes[:, 3]], dim=1)
    grid = F.affine_grid(places(inverse), (maps.shape[0], 1, OUT, OUT), align_corners=False)
    return F.grid_sample(maps - OUTSIDE, grid, align_corners=False) + OUTSIDE


def point_maps(logits):
    """Scores of a point's place f32[N,C,h,w] -> log-odds that it lies in the window around each cell."""
    shape = logits.shape
    shares = torch.softmax(logits.float().flatten(2), dim=2).view(shape)
    mass = F.avg_pool2d(shares, WINDOW, 1, WINDOW // 2) * WINDOW**2
    return torch.logit(mass.clamp(1.3e-4, 1 - 1.3e-4))


class Cascade(nn.Module):
    """Film f32[N,3,384,384] -> (log-odds f32[N,6,192,192], features f32[N,192] of the whole film)."""

    def __init__(self, coarse, close):
        super().__init__()
        self.coarse, self.close = coarse, close

    def place(self, image):
        """The whole film's logits, its features, and the close-up's place."""
        small = F.interpolate(image, size=(INPUT, INPUT), mode="bilinear", align_corners=False, antialias=True)
        whole, features = self.coarse(small)
        return whole, features, boxes_of(whole[:, :2])

    def look(self, image, boxes):
        """The close-up's maps on the whole film."""
        # Grey is -1 to 1 here; cutting fills with 0, which is black only after a shift.
        near, _ = self.close(cut(image + 1, places(boxes)) - 1)
        return paste(torch.cat([near[:, :1].float(), point_maps(near[:, 1:])], dim=1), boxes)

    def forward(self, image):
        whole, features, boxes = self.place(image)
        whole = F.interpolate(whole.float(), size=(OUT, OUT), mode="bilinear", align_corners=False)
        return torch.cat([whole, self.look(image, boxes)], dim=1), features
