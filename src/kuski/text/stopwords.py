"""Stop words: words that carry no theme, as they are written and as lemmas."""

from kuski.terms import TextLanguage

_FINNISH = """
    olla on oli ovat olivat ole ollut olen olin ollaan oltiin en et ei emme ette eivät eikä ettei
    enää ja tai sekä eli vai mutta vaan kuin kun jos koska että jotta vaikka sillä siis niin
    minä sinä hän me te he se ne tämä tuo nämä nuo mä sä minun sinun hänen meidän teidän heidän
    minulle minulla minua minulta meille meillä meitä meiltä hänelle häntä sen sitä siitä siinä
    siihen sille niitä niiden niille tätä tämän tässä tästä tähän sitten silloin nyt täällä siellä
    tuolla täältä sieltä tänne sinne joka jonka jota jossa josta johon jolla jolle jotka joiden mikä
    mitä minkä missä mistä mihin miten miksi milloin kuka kenen kuinka millainen joku jokin jotain
    jotakin joskus kaikki kaikkea kaikkien kaiken koko moni monta usea usein aina ikinä koskaan
    itse oma omaa oman oma toinen toista muu muut muita muuta sama samaa yksi kaksi kolme yhtä yhden
    myös jo vielä ihan aivan hyvin melko todella erittäin tosi liian aika vain vaan ainakin ehkä
    kyllä juuri noin lähes heti taas eniten enemmän vähemmän paljon vähän hieman kovin niinkuin
    voida voi voin voisi saada sai saa saan saatu saanut pitää piti tulla tuli tulee tullut mennä
    meni käydä kävi tehdä teki antaa antoi sanoa sanoi haluta halusi jäädä jäi asia asian asiat
    asiaa kanssa jälkeen ennen ilman kohti mukaan vuoksi takia kautta aikana yli alle noin päin
    hyvä hyvää hyvän huono huonoa huonon paras parempi huonompi
    mukava kiva ihana kamala surkea mikään mitään kukaan ketään edes yhtään tietää ottaa
    varma loistava erinomainen mahtava hieno kerta kerran mielestä mieli oikein sekin sekään tms
    ym jne esim
"""
_SWEDISH = """
    vara är var varit blev bli blir blivit ha har hade haft och eller men att som om när då så
    också för med på av till från i en ett den det de dem denna detta dessa jag du han hon vi ni man
    mig dig honom henne oss er sig min mitt mina din ditt dina hans hennes vår vårt våra deras
    sin sitt sina inte ej icke aldrig alltid ofta ibland nu här där hit dit in ut upp ner över under
    efter före utan mellan mot hos vid genom bara mycket lite mer mest mindre mera väldigt ganska
    alltför helt riktigt verkligen just redan ännu än kan kunde kunna ska skall skulle vill ville
    vilja måste få fick får fått göra gjorde gör gjort komma kom kommer kommit gå gick går gått
    säga sade sa säger ge gav ger vad vem vilken vilket vilka hur varför någon något några ingen
    inget inga alla allt all hela annan annat andra samma själv en två tre även dock ju väl nog
    eftersom medan trots enligt sedan sen igen per cirka t.ex gång gånger sak saker bra dålig dåligt
    dåliga god gott bättre bäst sämre sämst trevlig fin fint hemsk utmärkt jättebra
"""
_ENGLISH = """
    be is are was were been being am have has had having do does did done doing will would shall
    should can could may might must not no nor never the a an and or but if because as until while
    of at by for with about against between into through during before after above below to from
    up down in out on off over under again further then once here there when where why how all any
    both each few more most other some such only own same so than too very just also even still
    i me my myself we us our you your he him his she her it its they them their this that these
    those what which who whom whose i'm i've it's don't didn't doesn't wasn't isn't can't couldn't
    won't wouldn't get got gets getting go went gone going make made take took come came give gave
    say said tell told ask asked want wanted thing things really quite rather always often ever
    one two three much many lot lots good bad better best worse worst great nice excellent terrible
    awful amazing poor well like back time times way yet however although though since per via etc
"""

STOP_WORDS: dict[TextLanguage, frozenset[str]] = {
    "fi": frozenset(_FINNISH.split()),
    "sv": frozenset(_SWEDISH.split()),
    "en": frozenset(_ENGLISH.split()),
}
"""Function words, the commonest verbs, and plain praise and blame, which polarity counts."""
