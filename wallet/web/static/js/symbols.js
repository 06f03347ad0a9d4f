// A payment code as QR code and as bar code, drawn in the page: it has to work without a network.
// Sources: ISO/IEC 18004:2015 (version 1, level M, numeric mode: 34 digits fit) and
// ISO/IEC 15417:2007 (Code 128, set C), as ledger/kit/qr and wallet/codes/code128.py draw them.

const SIDE = 21;
const QUIET = 4;
const DATA_BYTES = 16;
const CHECK_BYTES = 10;
const MASK = 0; // any mask is legal and every reader undoes it

/** Draw digits as a QR code: an SVG element, black on white with its quiet zone. */
export function qrCode(digits) {
  const rows = modules(digits);
  const strokes = [];
  rows.forEach((row, y) => row.forEach((dark, x) => {
    if (dark) strokes.push(`M${x + QUIET} ${y + QUIET}h1v1h-1z`);
  }));
  return svg(SIDE + 2 * QUIET, SIDE + 2 * QUIET, strokes.join(""));
}

/** Draw an even number of digits as Code 128: an SVG element with its quiet zones. */
export function barCode(digits) {
  const values = [START_C, ...digits.match(/\d\d/g).map(Number)];
  const check = values.reduce((sum, value, place) => sum + value * Math.max(1, place), 0) % 103;
  const widths = [...values, check, STOP].flatMap((value) => [...WIDTHS[value]].map(Number));
  let x = 10;
  const strokes = widths.map((width, place) => {
    x += width;
    return place % 2 === 0 ? `M${x - width} 0h${width}v40h-${width}z` : "";
  });
  const drawn = svg(x + 10, 40, strokes.join(""));
  drawn.setAttribute("preserveAspectRatio", "none");
  return drawn;
}

function svg(width, height, path) {
  const space = "http://www.w3.org/2000/svg";
  const made = document.createElementNS(space, "svg");
  made.setAttribute("viewBox", `0 0 ${width} ${height}`);
  made.setAttribute("shape-rendering", "crispEdges");
  made.setAttribute("aria-hidden", "true");
  const drawn = document.createElementNS(space, "path");
  drawn.setAttribute("d", path);
  made.append(drawn);
  return made;
}

/** Give the 21 rows of modules, true for dark. */
export function modules(digits) {
  const rows = Array.from({ length: SIDE }, () => Array(SIDE).fill(null));
  for (const [top, left] of [[0, 0], [0, SIDE - 7], [SIDE - 7, 0]]) finder(rows, top, left);
  for (let at = 8; at < SIDE - 8; at += 1) rows[6][at] = rows[at][6] = at % 2 === 0;
  format(rows);
  const bits = codewords(digits).flatMap((byte) => [...byte.toString(2).padStart(8, "0")].map(Number));
  let next = 0;
  let upwards = true;
  for (let right = SIDE - 1; right > 0; right -= 2) {
    if (right === 6) right -= 1; // the timing pattern's column
    for (let step = 0; step < SIDE; step += 1) {
      const y = upwards ? SIDE - 1 - step : step;
      for (const x of [right, right - 1]) {
        if (rows[y][x] === null) {
          rows[y][x] = (bits[next] === 1) !== ((x + y) % 2 === 0);
          next += 1;
        }
      }
    }
    upwards = !upwards;
  }
  return rows;
}

function finder(rows, top, left) {
  for (let y = -1; y <= 7; y += 1) {
    for (let x = -1; x <= 7; x += 1) {
      if (rows[top + y]?.[left + x] === undefined) continue;
      const ring = Math.max(Math.abs(y - 3), Math.abs(x - 3));
      rows[top + y][left + x] = ring !== 2 && ring <= 3;
    }
  }
}

function format(rows) {
  const level = 0b00 << 3 | MASK; // level M
  let rest = level << 10;
  for (let bit = 14; bit >= 10; bit -= 1) if (rest >> bit & 1) rest ^= 0b10100110111 << (bit - 10);
  const bits = (level << 10 | rest) ^ 0b101010000010010;
  for (let at = 0; at < 15; at += 1) {
    const dark = (bits >> at & 1) === 1;
    // Beside the upper left finder, bit 14 at the left end of row 8, bit 0 at the top of column 8.
    if (at < 6) rows[at][8] = dark;
    else if (at < 8) rows[at + 1][8] = dark;
    else if (at === 8) rows[8][7] = dark;
    else rows[8][14 - at] = dark;
    // And once more, shared by the two other finders.
    if (at < 8) rows[8][SIDE - 1 - at] = dark;
    else rows[SIDE - 15 + at][8] = dark;
  }
  rows[SIDE - 8][8] = true;
}

function codewords(digits) {
  let bits = `0001${digits.length.toString(2).padStart(10, "0")}`;
  for (const group of digits.match(/\d{1,3}/g)) {
    bits += Number(group).toString(2).padStart([0, 4, 7, 10][group.length], "0");
  }
  bits = `${bits}0000`;
  bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0");
  const data = bits.match(/.{8}/g).map((byte) => parseInt(byte, 2));
  for (let pad = 0xec; data.length < DATA_BYTES; pad ^= 0xec ^ 0x11) data.push(pad);
  return [...data, ...checkBytes(data)];
}

/** Reed-Solomon over GF(256) with x^8 + x^4 + x^3 + x^2 + 1. */
function checkBytes(data) {
  const times = (a, b) => {
    let product = 0;
    for (let left = a, right = b; right; right >>= 1) {
      if (right & 1) product ^= left;
      left = left << 1 ^ (left & 0x80 ? 0x11d : 0);
    }
    return product;
  };
  let generator = [1];
  for (let power = 0, root = 1; power < CHECK_BYTES; power += 1, root = times(root, 2)) {
    const longer = [...generator, 0];
    generator.forEach((factor, place) => { longer[place + 1] ^= times(factor, root); });
    generator = longer;
  }
  const rest = [...data, ...Array(CHECK_BYTES).fill(0)];
  for (let at = 0; at < data.length; at += 1) {
    const lead = rest[at];
    generator.forEach((factor, place) => { rest[at + place] ^= times(factor, lead); });
  }
  return rest.slice(data.length);
}

const START_C = 105;
const STOP = 106;
const WIDTHS = `
212222 222122 222221 121223 121322 131222 122213 122312 132212 221213
221312 231212 112232 122132 122231 113222 123122 123221 223211 221132
221231 213212 223112 312131 311222 321122 321221 312212 322112 322211
212123 212321 232121 111323 131123 131321 112313 132113 132311 211313
231113 231311 112133 112331 132131 113123 113321 133121 313121 211331
231131 213113 213311 213131 311123 311321 331121 312113 312311 332111
314111 221411 431111 111224 111422 121124 121421 141122 141221 112214
112412 122114 122411 142112 142211 241211 221114 413111 241112 134111
111242 121142 121241 114212 124112 124211 411212 421112 421211 212141
214121 412121 111143 111341 131141 114113 114311 411113 411311 113141
114131 311141 411131 211412 211214 211232 2331112`.trim().split(/\s+/);
