/* Tiles that are asked for together come together: one request for a rectangle of them, not one for each. */
(function () {
  "use strict";

  const MOST = 64;

  /* Tiles beside each other in a row. */
  function runsOf(tiles) {
    const runs = [];
    [...tiles].sort((a, b) => a.z - b.z || a.y - b.y || a.x - b.x).forEach((tile) => {
      const run = runs[runs.length - 1] || [];
      const last = run[run.length - 1];
      if (last && last.z === tile.z && last.y === tile.y && last.x + 1 === tile.x && run.length < MOST) run.push(tile);
      else runs.push([tile]);
    });
    return runs;
  }

  /* Runs under each other, as rectangles: each a list of rows. */
  function rectanglesOf(tiles) {
    const rectangles = [];
    runsOf(tiles).forEach((run) => {
      const above = rectangles.find((rows) => {
        const last = rows[rows.length - 1];
        return last.length === run.length && (rows.length + 1) * run.length <= MOST
          && last[0].z === run[0].z && last[0].x === run[0].x && last[0].y + 1 === run[0].y;
      });
      if (above) above.push(run);
      else rectangles.push([run]);
    });
    return rectangles;
  }

  /* A function from {z, x, y} to the promise of a tile. ``fetchBlock`` is given "z/x/y/<columns>x<rows>" and promises
     that many tiles, row by row. */
  L.tileBlocks = function (fetchBlock) {
    let waiting = [];

    function send() {
      const rectangles = rectanglesOf(waiting);
      waiting = [];
      rectangles.forEach((rows) => {
        const tiles = rows.flat();
        const [{ z, x, y }] = tiles;
        fetchBlock(`${z}/${x}/${y}/${rows[0].length}x${rows.length}`).then(
          (answers) => tiles.forEach((tile, position) => tile.resolve(answers[position])),
          (error) => tiles.forEach((tile) => tile.reject(error)),
        );
      });
    }

    return ({ z, x, y }) => new Promise((resolve, reject) => {
      if (!waiting.length) window.queueMicrotask(send);
      waiting.push({ z, x, y, resolve, reject });
    });
  };
})();
