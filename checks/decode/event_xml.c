/* SPDX-License-Identifier: MIT */
/* The three values that are wanted are searched for; this is no reader of XML. */
#include "checks/decode/event_xml.h"

#include <stdio.h>
#include <string.h>

#include "checks/base/number.h"
#include "checks/model/utc_time.h"

enum {
    ID_DIGITS_MAX = 5,
    ID_MAX = 65535,
    SECONDS_LENGTH = sizeof "2026-01-31T23:59:59" - 1
};

/* A part of the document, which ends with it: borrowed, without a NUL. */
struct span {
    const char *begin;
    const char *end;
};

static bool begins_with(struct span in, const char *word)
{
    const size_t length = strlen(word);

    return (size_t)(in.end - in.begin) >= length && memcmp(in.begin, word, length) == 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *find(struct span in, const char *word)
{
    for (; in.begin < in.end; in.begin++)
        if (begins_with(in, word))
            return in.begin;
    return NULL;
}

/* Follows the text by a character: whether it is inside the value of an attribute. */
static bool is_quoted(char c, char *quote)
{
    if (*quote == c)
        *quote = '\0';
    else if (*quote == '\0' && (c == '\'' || c == '"'))
        *quote = c;
    else
        return *quote != '\0';
    return true;
}

/* Where a start tag ends: a '>' may stand in the value of an attribute. */
static const char *end_of_tag(struct span in)
{
    char quote = '\0';

    for (; in.begin < in.end; in.begin++)
        if (!is_quoted(*in.begin, &quote) && *in.begin == '>')
            return in.begin;
    return NULL;
}

/* Whether a start tag of that name begins there; *rest is what follows the name. */
static bool is_tag(struct span in, const char *name, struct span *rest)
{
    *rest = (struct span){ in.begin + 1, in.end };
    if (!begins_with(*rest, name))
        return false;
    rest->begin += strlen(name);
    return rest->begin < rest->end &&
           (is_blank(*rest->begin) || *rest->begin == '>' || *rest->begin == '/');
}

/* The first start tag of that name, from behind its name up to its '>'. */
static bool find_tag(struct span in, const char *name, struct span *out)
{
    const char *at;

    for (; (at = find(in, "<")) != NULL; in.begin = at + 1) {
        const struct span here = { at, in.end };

        if (!is_tag(here, name, out))
            continue;
        out->end = end_of_tag(*out);
        return out->end != NULL;
    }
    return false;
}

/* The value behind NAME=, in either kind of quotes; NAME follows a blank. */
static bool find_attribute(struct span tag, const char *name, struct span *out)
{
    char quote = '\0';

    for (; tag.begin < tag.end; tag.begin++) {
        struct span rest = { tag.begin + 1, tag.end };

        if (is_quoted(*tag.begin, &quote) || !is_blank(*tag.begin) ||
            !begins_with(rest, name))
            continue;
        rest.begin += strlen(name);
        if (!begins_with(rest, "='") && !begins_with(rest, "=\""))
            continue;
        out->begin = rest.begin + 2;
        out->end = memchr(out->begin, rest.begin[1], (size_t)(tag.end - out->begin));
        return out->end != NULL;
    }
    return false;
}

static bool lacks(const char *what, struct error *err)
{
    return error_set(err, ERR_MALFORMED, "an event without %s", what);
}

static bool find_system(const char *xml, struct span *out, struct error *err)
{
    const struct span all = { xml, xml + strlen(xml) };
    struct span tag = { 0 };

    if (!find_tag(all, "System", &tag))
        return lacks("System", err);
    out->begin = tag.end;
    out->end = find((struct span){ tag.end, all.end }, "</System>");
    return out->end || lacks("System", err);
}

static bool read_provider(struct span system, struct tcpip_event *out, struct error *err)
{
    struct span tag = { 0 };
    struct span name = { 0 };

    if (!find_tag(system, "Provider", &tag) || !find_attribute(tag, "Name", &name))
        return lacks("Provider Name", err);
    (void)snprintf(out->provider, sizeof out->provider, "%.*s",
                   (int)(name.end - name.begin < EVENT_PROVIDER_SIZE
                             ? name.end - name.begin
                             : EVENT_PROVIDER_SIZE),
                   name.begin);
    return true;
}

/* "<EventID Qualifiers='32768'>4231</EventID>"; newer logs have no qualifiers. */
static bool read_id(struct span system, struct tcpip_event *out, struct error *err)
{
    char digits[ID_DIGITS_MAX + 1] = "";
    struct span tag = { 0 };
    const char *end;

    if (!find_tag(system, "EventID", &tag))
        return lacks("EventID", err);
    end = find((struct span){ tag.end, system.end }, "</EventID>");
    if (!end || end - tag.end - 1 > ID_DIGITS_MAX)
        return lacks("a number as EventID", err);
    memcpy(digits, tag.end + 1, (size_t)(end - tag.end - 1));
    return number_parse_u32(digits, ID_MAX, &out->id, NULL) ||
           lacks("a number as EventID", err);
}

/* "2026-11-29T10:20:30.1234567Z": the fraction has any length, or is not there. */
static bool read_time(struct span system, struct tcpip_event *out, struct error *err)
{
    char text[UTC_TIME_TEXT_SIZE] = "";
    struct span tag = { 0 };
    struct span time;
    const char *rest;

    if (!find_tag(system, "TimeCreated", &tag) ||
        !find_attribute(tag, "SystemTime", &time))
        return lacks("TimeCreated SystemTime", err);
    if (time.end - time.begin <= SECONDS_LENGTH)
        return lacks("a time as SystemTime", err);
    memcpy(text, time.begin, SECONDS_LENGTH);
    text[SECONDS_LENGTH] = 'Z';
    rest = time.begin + SECONDS_LENGTH;
    if (*rest == '.')
        for (rest++; rest < time.end && *rest >= '0' && *rest <= '9'; rest++)
            ;
    return (rest + 1 == time.end && *rest == 'Z' && utc_time_parse(text, &out->time_s)) ||
           lacks("a time as SystemTime", err);
}

bool event_xml_decode(const char *xml, struct tcpip_event *out, struct error *err)
{
    struct tcpip_event event = { .id = 0 };
    struct span system = { 0 };

    if (!find_system(xml, &system, err) || !read_provider(system, &event, err) ||
        !read_id(system, &event, err) || !read_time(system, &event, err))
        return false;
    *out = event;
    return true;
}
