// Reads codes with two npm packages that know nothing of this project.
//
//   node foreign_parsers.mjs FOLDER < codes.json > readings.json
//
// FOLDER holds node_modules. Input: an array of texts. Output: for each text what emvco-qr-sdk read
// and what promptparse read (which checks the CRC): values by path, or null for a code it refuses.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.argv[2], "package.json"));
const sdk = require("emvco-qr-sdk");
const promptparse = require("promptparse");

const byPath = (tags, id, prefix = "") =>
  Object.assign(
    {},
    ...tags.map((tag) => ({
      [prefix + tag[id]]: tag.value,
      ...byPath(tag.subTags ?? [], id, `${prefix}${tag[id]}.`),
    })),
  );

function readWithSdk(text) {
  try {
    return byPath(sdk.parseQR(text, { parseMode: sdk.QRParseMode.TLV }), "tag");
  } catch {
    return null;
  }
}

function readWithPromptparse(text) {
  const code = promptparse.parse(text, true, true);
  return code === null ? null : byPath(code.getTags(), "id");
}

const texts = JSON.parse(readFileSync(0, "utf8"));
const readings = texts.map((text) => ({
  sdk: readWithSdk(text),
  promptparse: readWithPromptparse(text),
}));
process.stdout.write(JSON.stringify(readings));
