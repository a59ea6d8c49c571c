// Reads an AsyncAPI document with AsyncAPI's own parser and its rules. Ends with 1 where it finds an error or a warning.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const WARNING = 1; // 0 is an error; 2 and 3 are information and hints
const [file] = process.argv.slice(2);
const { document, diagnostics } = await new Parser().parse(readFileSync(file, "utf-8"));
const faults = diagnostics.filter(({ severity }) => severity <= WARNING);
for (const { path, message } of faults) console.error(`${path.join(".")}: ${message}`);
if (document) console.log(`${document.channels().all().length} channels, ${document.operations().all().length} operations`);
process.exit(document && faults.length === 0 ? 0 : 1);
