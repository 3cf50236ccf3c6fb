// Django's stock pages know no theme of ours: take the reader's choice from the cookie before the first paint.

const chosen = /(?:^|; )theme=(light|dark)/.exec(document.cookie);
if (chosen) document.documentElement.dataset.theme = chosen[1];
