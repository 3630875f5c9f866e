// A control for the retrieval benchmark: MiniSearch with its own defaults over the same chunks.
//     node minisearch.js FOLDER CHUNKS PAIRS; FOLDER has it in node_modules. Prints, for each set and half, recall and MRR
const fs = require("fs");
const [folder, chunks_path, pairs_path] = process.argv.slice(2);
const MiniSearch = require("module").createRequire(folder + "/")("minisearch");
const chunks = JSON.parse(fs.readFileSync(chunks_path));
const search = new MiniSearch({ fields: ["symbol", "name", "text"], storeFields: ["symbol"] });
search.addAll(chunks);

function answers(symbol, pair) {
	return pair.targets.some(target => symbol === target || symbol === pair.owner ||
		(symbol.startsWith(target + ".") && !symbol.slice(target.length + 1).includes(".")));
}

const tallies = {}, times = [];
for (const pair of JSON.parse(fs.readFileSync(pairs_path))) {
	const start = process.hrtime.bigint();
	const hits = search.search(pair.query).slice(0, 10);
	times.push(Number(process.hrtime.bigint() - start) / 1e6);
	const rank = hits.findIndex(hit => answers(hit.symbol, pair)) + 1;
	const tally = tallies[`${pair.set.padEnd(10)} ${pair.half.padEnd(5)}`] ??= { count: 0, at1: 0, at5: 0, at10: 0, reciprocal: 0 };
	tally.count++;
	tally.at1 += rank === 1;
	tally.at5 += rank > 0 && rank <= 5;
	tally.at10 += rank > 0;
	tally.reciprocal += rank > 0 ? 1 / rank : 0;
}
for (const [name, t] of Object.entries(tallies).sort())
	console.log(`${name} mini     n=${String(t.count).padEnd(4)} recall@1 ${(t.at1 / t.count).toFixed(3)}  recall@5 ${
		(t.at5 / t.count).toFixed(3)}  recall@10 ${(t.at10 / t.count).toFixed(3)}  MRR ${(t.reciprocal / t.count).toFixed(3)}`);
times.sort((a, b) => a - b);
console.log(`MiniSearch latency, warm: p50 ${times[times.length >> 1].toFixed(2)} ms, p99 ${times[Math.floor(times.length * 0.99)].toFixed(2)} ms`);
