// A model service that is not ours (@copilotkit/aimock): OpenAI's, Anthropic's and Gemini's wire formats, streamed, on loopback.
//   node aimock.mjs RECORDING AGENTS JOURNAL    needs AIMOCK (the package's folder)
// It answers each agent with what the recording (ll3m sessions record) has for it, in order, the last answer for ever, and
// anything else with "ready". AGENTS is the folder of the agents' instructions, by whose first line it knows who asks. Prints
// its URL, and on SIGTERM writes what it was asked into JOURNAL.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const { LLMock } = await import(pathToFileURL(path.join(process.env.AIMOCK, "dist/index.js")));
const [, , recording, agents, journal] = process.argv;
const { calls } = JSON.parse(fs.readFileSync(recording, "utf8"));
const mock = new LLMock({ port: 0, chunkSize: 7, journalMaxEntries: 0 });

// In the words of each format.
const usage = {
  prompt_tokens: 120, completion_tokens: 34, input_tokens: 120, output_tokens: 34, promptTokenCount: 120, candidatesTokenCount: 34,
};

// Asked for a tool call, it gives the answer's JSON as the tool's input.
function respond(request, text) {
  const tool = request.tools?.[0]?.function?.name;
  const json = text.match(/```json\n([^]*)\n```/)?.[1];
  return tool && json ? { toolCalls: [{ name: tool, arguments: json }], usage } : { content: text, usage };
}

for (const name of new Set(calls.map((call) => call.agent))) {
  const answers = calls.filter((call) => call.agent === name).map((call) => call.text);
  const systemMessage = fs.readFileSync(path.join(agents, `agent_${name}.md`), "utf8").split("\n")[0];
  let asked = 0;
  mock.on({ systemMessage }, (request) => respond(request, answers[Math.min(asked++, answers.length - 1)]));
}
mock.on({ userMessage: "Answer with the one word" }, { content: "ready", usage });
await mock.start();
console.log(mock.url);
process.on("SIGTERM", async () => {
  fs.writeFileSync(journal, JSON.stringify(mock.getRequests().map(({ path: at, headers, body }) => ({ path: at, headers, body }))));
  await mock.stop();
  process.exit(0);
});
