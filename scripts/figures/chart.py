"""Line charts over the unit square as SVG, without further packages."""


class Chart:
    def __init__(self, across, up, width=560, height=420, left=60, bottom=50, top=20, right=20):
        self.x = lambda v: left + v * (width - left - right)
        self.y = lambda v: height - bottom - v * (height - bottom - top)
        x, y = self.x, self.y
        self.parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
                      f'<rect width="{width}" height="{height}" fill="white"/>']
        for i in range(6):
            v = i / 5
            self.parts += [f'<line x1="{x(0):.1f}" x2="{x(1):.1f}" y1="{y(v):.1f}" y2="{y(v):.1f}" stroke="#ddd"/>',
                           f'<text x="{x(0) - 8:.1f}" y="{y(v) + 4:.1f}" text-anchor="end">{v:.1f}</text>',
                           f'<text x="{x(v):.1f}" y="{y(0) + 18:.1f}" text-anchor="middle">{v:.1f}</text>']
        self.parts += [f'<text x="{x(0.5):.1f}" y="{height - 10}" text-anchor="middle">{across}</text>',
                       f'<text x="16" y="{y(0.5):.1f}" text-anchor="middle" transform="rotate(-90 16 {y(0.5):.1f})">{up}</text>']

    def line(self, points, color, width=2, dashes=""):
        places = " ".join(f"{self.x(a):.1f},{self.y(b):.1f}" for a, b in points)
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        self.parts.append(f'<polyline fill="none" stroke="{color}" stroke-width="{width}"{dashed} points="{places}"/>')

    def dot(self, a, b, color, says):
        self.parts.append(f'<circle cx="{self.x(a):.1f}" cy="{self.y(b):.1f}" r="2.5" fill="{color}"><title>{says}</title></circle>')

    def label(self, a, b, row, color, says):
        """Text at a place, `row` lines below it."""
        self.parts.append(f'<text x="{self.x(a):.1f}" y="{self.y(b) + 16 * row:.1f}" fill="{color}">{says}</text>')

    def text(self):
        return "\n".join(self.parts + ["</svg>"]) + "\n"
