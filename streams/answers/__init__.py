"""Questions and their answers: boards, what is behind a number, the story of a deal, the teams and the people."""
