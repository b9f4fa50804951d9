// The HTML pages for consumers' scripts.

/** A page for a chat, with the given elements in its head. */
export function chatPage(...head: readonly string[]): string {
  return `<!doctype html>
<html lang="ru">
  <head>
    <meta charset="utf-8" />
    <title>Чат</title>
    <link rel="icon" href="data:," />
    ${head.join('\n    ')}
  </head>
  <body>
    <div id="root"></div>
  </body>
</html>
`;
}
