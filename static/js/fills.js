/* The fills of the page's legend, for a canvas. Each is made from the SVG pattern of the same name, with the colours
   it has just now: light, dark and print agree. */
(function () {
  "use strict";

  const made = new Map();
  const DENSITY = Math.max(1, Math.ceil(window.devicePixelRatio || 1));

  function outlineOf(part) {
    const size = (name) => part[name].baseVal.value;
    if (part.tagName === "path") return new Path2D(part.getAttribute("d"));
    const path = new Path2D();
    if (part.tagName === "circle") path.arc(size("cx"), size("cy"), size("r"), 0, 2 * Math.PI);
    else path.rect(size("x"), size("y"), size("width"), size("height"));
    return path;
  }

  function draw(brush, part) {
    const look = window.getComputedStyle(part);
    if (look.fill !== "none") {
      brush.fillStyle = look.fill;
      brush.fill(outlineOf(part));
    }
    if (look.stroke !== "none") {
      brush.strokeStyle = look.stroke;
      brush.lineWidth = parseFloat(look.strokeWidth);
      brush.stroke(outlineOf(part));
    }
  }

  function make(name) {
    const pattern = document.getElementById(`fill-${name}`);
    if (pattern.childElementCount === 1) return { colour: window.getComputedStyle(pattern.firstElementChild).fill };
    const [width, height] = [pattern.width.baseVal.value, pattern.height.baseVal.value];
    const picture = document.createElement("canvas");
    picture.width = width * DENSITY;
    picture.height = height * DENSITY;
    const brush = picture.getContext("2d");
    brush.scale(DENSITY, DENSITY);
    [...pattern.children].forEach((part) => draw(brush, part));
    const turns = pattern.patternTransform.baseVal;
    const turn = turns.numberOfItems ? new DOMMatrix([..."abcdef"].map((key) => turns.consolidate().matrix[key])) : new DOMMatrix();
    return { width, height, turn, pattern: brush.createPattern(picture, "repeat") };
  }

  /* What to set as fillStyle on a canvas whose unit is `scale` pixels of the screen and whose corner lies `left`,
     `top` pixels into the world: the pattern goes on across canvases and keeps its size. */
  L.fillFor = function (name, scale, left, top) {
    if (!made.has(name)) made.set(name, make(name));
    const { colour, width, height, turn, pattern } = made.get(name);
    if (colour) return colour;
    const corner = turn.inverse().transformPoint(new DOMPoint(left, top));
    const matrix = new DOMMatrix().scale(1 / scale).multiply(turn).translate(-(corner.x % width), -(corner.y % height));
    pattern.setTransform(matrix.scale(1 / DENSITY));
    return pattern;
  };

  /* Calls `paint` when the colours of the page change: dark or light, screen or paper. */
  L.whenColoursChange = function (paint) {
    const again = () => { made.clear(); paint(); };
    ["print", "(prefers-color-scheme: dark)"].forEach((query) => window.matchMedia(query).addEventListener("change", again));
  };
})();
