/* Stable names of errors, and which of them pass once their cause is mended: one row an error code of any service. */
#include "engine/engine_int.h"
#include "image/image.h"
#include "proto/script.h"

G_DEFINE_QUARK(ll3m_engine_error, engine_error)

static const struct {
	GQuark (*domain)(void);
	int code;
	const char *name;
	bool passes; /* the run can be continued when the cause is mended */
} faults[] = {
	{engine_error_quark, ENGINE_ERROR_REQUEST, "request.invalid", false},
	{engine_error_quark, ENGINE_ERROR_BUSY, "session.busy", false},
	{engine_error_quark, ENGINE_ERROR_SCRIPT, "script.failed", false},
	{engine_error_quark, ENGINE_ERROR_GATE, "gate.blocked", false},
	{engine_error_quark, ENGINE_ERROR_WISH, "wish.unmet", false},
	{engine_error_quark, ENGINE_ERROR_BUDGET, "budget.spent", true},
	{engine_error_quark, ENGINE_ERROR_DIVERGED, "journal.diverged", false},
	{engine_error_quark, ENGINE_ERROR_NOTHING, "nothing.there", false},
	{store_error_quark, STORE_ERROR_OPEN, "store.open", true},
	{store_error_quark, STORE_ERROR_DAMAGED, "store.damaged", true},
	{store_error_quark, STORE_ERROR_BUSY, "store.busy", true},
	{store_error_quark, STORE_ERROR_NEWER, "store.newer", true},
	{store_error_quark, STORE_ERROR_FULL, "store.full", true},
	{store_error_quark, STORE_ERROR_IO, "store.io", true},
	{store_error_quark, STORE_ERROR_NOT_FOUND, "not.found", false},
	{store_error_quark, STORE_ERROR_CONFLICT, "store.conflict", false},
	{exec_error_quark, EXEC_ERROR_NO_BLENDER, "exec.no_blender", true},
	{exec_error_quark, EXEC_ERROR_OLD_BLENDER, "exec.old_blender", true},
	{exec_error_quark, EXEC_ERROR_NO_SANDBOX, "exec.no_sandbox", true},
	{exec_error_quark, EXEC_ERROR_START, "exec.start", true},
	{exec_error_quark, EXEC_ERROR_PROTOCOL, "exec.protocol", true},
	{exec_error_quark, EXEC_ERROR_CLOSED, "cancelled", true},
	{llm_error_quark, LLM_ERROR_CONFIG, "llm.config", true},
	{llm_error_quark, LLM_ERROR_KEY, "llm.key", true},
	{llm_error_quark, LLM_ERROR_NO_MATCH, "llm.no_match", false},
	{llm_error_quark, LLM_ERROR_CANNOT, "llm.cannot", false},
	{llm_error_quark, LLM_ERROR_GONE, "llm.gone", true},
	{llm_error_quark, LLM_ERROR_LIMIT, "llm.limit", true},
	{llm_error_quark, LLM_ERROR_TOO_LONG, "llm.too_long", true},
	{llm_error_quark, LLM_ERROR_BUSY, "llm.busy", true},
	{llm_error_quark, LLM_ERROR_NETWORK, "llm.network", true},
	{llm_error_quark, LLM_ERROR_REFUSED, "llm.refused", false},
	{llm_error_quark, LLM_ERROR_REPLY, "llm.reply", true},
	{llm_error_quark, LLM_ERROR_END, "llm.end", false},
	{agent_error_quark, AGENT_ERROR_INSTRUCTIONS, "agent.instructions", true},
	{agent_error_quark, AGENT_ERROR_NONSENSE, "agent.nonsense", false},
	{rag_error_quark, RAG_ERROR_INDEX, "rag.index", true},
	{rag_error_quark, RAG_ERROR_DUMP, "rag.dump", true},
	{image_error_quark, IMAGE_ERROR_FORMAT, "image.format", false},
	{image_error_quark, IMAGE_ERROR_DAMAGED, "image.damaged", false},
	{image_error_quark, IMAGE_ERROR_LARGE, "image.large", false},
	{script_error_quark, SCRIPT_ERROR_TEXT, "script.text", false},
	{script_error_quark, SCRIPT_ERROR_SYNTAX, "script.syntax", false},
	{script_error_quark, SCRIPT_ERROR_PARAM, "param.invalid", false},
	{cancel_error_quark, CANCEL_ERROR_CANCELLED, "cancelled", true},
	{cancel_error_quark, CANCEL_ERROR_DEADLINE, "time.over", true},
};

static int find(const GError *error)
{
	for (guint i = 0; i < G_N_ELEMENTS(faults); i++) {
		if (error->domain == faults[i].domain() && error->code == faults[i].code)
			return (int)i;
	}
	return -1;
}

const char *engine_fault(const GError *error)
{
	int row = find(error);
	if (row >= 0)
		return faults[row].name;
	if (error->domain == JSON_ERROR)
		return "request.invalid";
	/* What is left are files of the person's own folder. */
	return error->domain == G_FILE_ERROR ? "file.failed" : "internal";
}

bool engine_fault_passes(const GError *error)
{
	int row = find(error);
	return row >= 0 ? faults[row].passes : error->domain == G_FILE_ERROR;
}
