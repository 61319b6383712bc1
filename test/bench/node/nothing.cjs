/** When it began, as it sees it. */
'use strict';
process.stdout.write(String(performance.timeOrigin + performance.now()));
