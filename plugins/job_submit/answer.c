// Reads an answer with json-c and judges it. What is doubtful is nonsense, and so "unreachable".
#include "answer.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static json_object *member(json_object *object, const char *name, json_type type)
{
    json_object *value = NULL;
    if (!json_object_object_get_ex(object, name, &value) || !json_object_is_type(value, type))
        return NULL;
    return value;
}

// Text for a terminal or slurmctld: no control bytes but newlines, cut to fit.
static void copy_text(char *out, size_t size, json_object *object, const char *name)
{
    json_object *value = member(object, name, json_type_string);
    const char *text = value ? json_object_get_string(value) : "";
    size_t length = 0;
    for (; *text && length + 1 < size; text++) {
        bool control = ((unsigned char)*text < 0x20 && *text != '\n') || *text == 0x7f;
        out[length++] = control ? '?' : *text;
    }
    while (*text && length > 0 && ((unsigned char)*text & 0xc0) == 0x80)
        text--, length--; // never cut inside a UTF-8 sequence
    while (length > 0 && out[length - 1] == '\n')
        length--;
    out[length] = '\0';
}

static bool is_unavailable(const char *code)
{
    return strcmp(code, "unavailable") == 0 || strcmp(code, "busy") == 0 ||
           strcmp(code, "outcome_unknown") == 0;
}

static void judge(struct answer *answer, json_object *root, const char *id)
{
    json_object *ok = member(root, "ok", json_type_boolean);
    json_object *id_said = NULL;
    if (!ok || !json_object_object_get_ex(root, "id", &id_said))
        return;
    bool same_id = json_object_is_type(id_said, json_type_string) &&
                   strcmp(json_object_get_string(id_said), id) == 0;
    if (json_object_get_boolean(ok)) {
        if (!same_id)
            return;
        answer->verdict = ANSWER_OK;
        copy_text(answer->account, sizeof answer->account, root, "account");
        copy_text(answer->qos, sizeof answer->qos, root, "qos");
        copy_text(answer->message, sizeof answer->message, root, "message");
        return;
    }
    json_object *error = member(root, "error", json_type_object);
    if (!error || !(same_id || id_said == NULL)) // a null id: the request could not be read
        return;
    copy_text(answer->code, sizeof answer->code, error, "code");
    if (!answer->code[0])
        return;
    answer->verdict = is_unavailable(answer->code) ? ANSWER_UNAVAILABLE : ANSWER_REFUSED;
    copy_text(answer->message, sizeof answer->message, error, "message");
    if (!answer->message[0])
        snprintf(answer->message, sizeof answer->message, "atoll: refused (%s)", answer->code);
}

void answer_read(struct answer *answer, const char *line, size_t length, const char *id)
{
    *answer = (struct answer){.verdict = ANSWER_NONSENSE};
    json_tokener *tokener = json_tokener_new_ex(8);
    if (!tokener)
        return;
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT); // nothing may follow the object
    json_object *root = json_tokener_parse_ex(tokener, line, (int)length);
    if (root && json_tokener_get_error(tokener) == json_tokener_success &&
        json_object_is_type(root, json_type_object))
        judge(answer, root, id);
    json_object_put(root);
    json_tokener_free(tokener);
}
