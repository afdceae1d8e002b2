/** A request as a program in some language sends it. */
export interface RequestSnippet {
  readonly label: string;
  readonly code: string;
}

/** The same GET request for a shell, Python, R and JavaScript. Each prints the answer, whatever its format is. Pure. */
export function requestSnippets(url: string): RequestSnippet[] {
  return [
    { label: 'curl', code: `curl ${shellQuoted(url)}` },
    {
      label: 'Python',
      code: `import requests\n\nreply = requests.get(${quoted(url)}, timeout=60)\nreply.raise_for_status()\nprint(reply.text)  # reply.json() if it is JSON`,
    },
    {
      label: 'R',
      code: `library(httr2)\n\nreply <- request(${quoted(url)}) |> req_perform()\ncat(resp_body_string(reply))  # resp_body_json(reply) if it is JSON`,
    },
    {
      label: 'JavaScript',
      code: `const reply = await fetch(${quoted(url)});\nif (!reply.ok) throw new Error(await reply.text());\nconsole.log(await reply.text()); // reply.json() if it is JSON`,
    },
  ];
}

const shellQuoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Python, R and JavaScript read the escapes of JSON alike. */
const quoted = (url: string): string => JSON.stringify(url);
