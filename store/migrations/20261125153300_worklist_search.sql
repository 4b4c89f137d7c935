-- migrate:up
-- Search without diacritics in core SQL: the embedded PostgreSQL has neither unaccent nor pg_trgm nor ICU. Decomposing
-- and dropping the marks makes Hòa and Hoà one word, wherever the tone was placed; đ does not decompose.
CREATE FUNCTION folded(given text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN translate(lower(regexp_replace(normalize(given, NFD), '[\u0300-\u036f]', '', 'g')), 'đĐ', 'dd');

CREATE FUNCTION words_of(given text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_remove(regexp_split_to_array(folded(given), '[^a-z0-9]+'), '');

CREATE FUNCTION weighted_words(given text, weight text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT coalesce(string_agg(word || ':1' || weight, ' '), '')::tsvector FROM unnest(words_of(given)) AS word;
END;

-- Every word begins a word of that weight; null, which finds nothing, for a text without a word.
CREATE FUNCTION words_query(given text, weights text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT string_agg(word || ':*' || weights, ' & ')::tsquery FROM unnest(words_of(given)) AS word;
END;

-- What a dossier is found by stays with the person: A the names, B the number, C the procedure's code and title.
-- Whoever may not ask for persons asks without A.
ALTER TABLE applicant
    DROP COLUMN name_folded,
    ADD COLUMN number text NOT NULL DEFAULT '',
    ADD COLUMN title text NOT NULL DEFAULT '',
    ADD COLUMN words tsvector GENERATED ALWAYS AS (
        weighted_words(full_name || ' ' || coalesce(submitter_name, ''), 'A')
        || weighted_words(number, 'B') || weighted_words(title, 'C')
    ) STORED;

UPDATE applicant a SET number = d.number, title = d.procedure || ' ' || (p.definition ->> 'title')
FROM dossier d JOIN procedure_version p ON p.code = d.procedure AND p.version = d.procedure_version
WHERE d.id = a.dossier;

CREATE INDEX applicant_words ON applicant USING gin (words);

-- Open work, due first: of a unit, of an agency, of whoever holds it. What stands after the id only narrows, inside the
-- index. Who holds a task is in an index now, so taking and giving back write one: at a million open tasks the first
-- free one lies behind all that are held, and one's own lie anywhere.
DROP INDEX task_worklist;
CREATE INDEX task_of_unit ON task (agency, unit, (coalesce(due_at, 'infinity')), id, role, procedure, channel)
    WHERE state IN ('open', 'awaiting');
CREATE INDEX task_of_agency ON task (agency, (coalesce(due_at, 'infinity')), id, role, procedure, channel)
    WHERE state IN ('open', 'awaiting');
CREATE INDEX task_free ON task (agency, unit, (coalesce(due_at, 'infinity')), id, role, state)
    WHERE state IN ('open', 'awaiting') AND holder IS NULL;
CREATE INDEX task_held ON task (holder, (coalesce(due_at, 'infinity')), id)
    WHERE state IN ('open', 'awaiting') AND holder IS NOT NULL;
CREATE INDEX task_ended ON task (agency, unit, (coalesce(due_at, 'infinity')), id)
    WHERE state NOT IN ('open', 'awaiting');

-- migrate:down
DROP INDEX task_ended;
DROP INDEX task_held;
DROP INDEX task_free;
DROP INDEX task_of_agency;
DROP INDEX task_of_unit;
CREATE INDEX task_worklist ON task (agency, unit, state, (coalesce(due_at, 'infinity')), id);
DROP INDEX applicant_words;
ALTER TABLE applicant
    DROP COLUMN words,
    DROP COLUMN number,
    DROP COLUMN title,
    ADD COLUMN name_folded text GENERATED ALWAYS AS (
        translate(lower(regexp_replace(normalize(full_name, NFD), '[\u0300-\u036f]', '', 'g')), 'đĐ', 'dd')
    ) STORED;
DROP FUNCTION words_query, weighted_words, words_of, folded;
