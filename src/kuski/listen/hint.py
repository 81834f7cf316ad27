"""What a column's name and question hint at, in English and Finnish."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Meaning = Literal[
    "overall", "summary", "recommend", "loyalty", "importance", "money", "before", "after",
    "outcome", "left", "reason", "weight", "customer", "agent", "time", "comment", "contact",
    "alike", "segment", "strategic", "protected", "cost", "hours", "kind", "not_people",
]

BY_WORD, BY_STEM, BY_LABEL = 1.0, 0.8, 0.7


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How columns of one meaning tend to be called.

    Attributes
    ----------
    words : frozenset of str
        Whole words of a name.
    stems : tuple of str
        Parts of a name, wherever they stand.
    phrases : tuple of str
        Parts of a question.
    """

    words: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()


def hint(meaning: Meaning, name: str, label: str = "") -> float:
    """Tell how strongly a column's name or question hints at a meaning, 0 to 1."""
    known = _VOCABULARIES[meaning]
    if known.words & words_of(name):
        return BY_WORD
    plain = _joined(name)
    if any(stem in plain for stem in known.stems):
        return BY_STEM
    asked = plainly(label)
    if any(phrase in asked for phrase in known.phrases):
        return BY_LABEL
    if label and known.words & words_of(label) and len(asked.split()) <= 4:
        return BY_LABEL
    return 0.0


@lru_cache(maxsize=20_000)
def words_of(name: str) -> frozenset[str]:
    """Split a name into its words: at case, digits and signs; ``Q7ALL`` gives q and all."""
    parted = re.sub(r"(?<=[a-zåäö])(?=[A-ZÅÄÖ])", " ", name)
    return frozenset(re.findall(r"[a-z]+", plainly(parted)))


def stem_of(name: str) -> str:
    """Tell the part of a name that it shares with its battery: ``Q7ALL`` gives q7."""
    plain = plainly(name)
    if match := re.match(r"[^a-z]*([a-z]{1,3}\d+)", plain):
        return match[1]
    return re.split(r"[^a-z]", plain.lstrip("*_ "), maxsplit=1)[0]


def plainly(text: str) -> str:
    """Write a text in small letters without dots and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


@lru_cache(maxsize=20_000)
def _joined(name: str) -> str:
    return re.sub(r"[^a-z]+", "", plainly(name))


def _vocabulary(words: str, stems: str = "", phrases: str = "") -> Vocabulary:
    return Vocabulary(
        frozenset(words.split()),
        tuple(stems.split()),
        tuple(part.strip() for part in phrases.split("|") if part.strip()),
    )


_VOCABULARIES: Mapping[Meaning, Vocabulary] = {
    "overall": _vocabulary(
        "overall csat cusa osat satisfaction satisfied whole tyytyvaisyys tyytyvaisyytesi "
        "kokonaisuus kokonaisuutena yleisarvosana yleisarvio kokonaisarvio kokonaisarvosana",
        "overall satisfaction kokonaistyyt kokonaisarv kokonaiskok yleisarv asiakastyytyv",
        "overall | as a whole | all in all | in general | taken together | everything considered | "
        "kokonaisuu | kaiken kaikkiaan | kaikkiaan | yleisesti ottaen | yleisarvosan",
    ),
    "summary": _vocabulary(
        "all total general global score rating grade whole arvosana arvio yleinen yleisesti "
        "kokemus experience",
        "whole global arvosan",
    ),
    "recommend": _vocabulary(
        "nps netpro ltr recommend recommendation suosittelu suositus suositteletko promoter enps",
        "recommend suosittel netpromot likelihoodtorec todennakoisestisuos",
        "recommend | suosittel",
    ),
    "loyalty": _vocabulary(
        "cusl loyalty loyal intent intention repurchase uskollisuus pysyvyys",
        "loyal repurch uskollis intention ostoaik",
        "choose again | remain a customer | stay a customer | stay with | buy again | loyal | "
        "continue as a customer | pysy asiakkaana | jatkaa asiakkaana | ostaa uudelleen | "
        "valita uudelleen | valitsisi uudelleen | uskollinen",
    ),
    "importance": _vocabulary(
        "importance tarkeys merkitys",
        "importance important tarkeys merkitys",
        "how important | importance of | kuinka tarke | miten tarke | tarkeys",
    ),
    "money": _vocabulary(
        "spend spent spending revenue sales turnover amount eur euro euros euroa usd gbp sek clv "
        "ltv arpu margin profit purchases gmv worth osto ostot ostoja myynti liikevaihto tuotto "
        "kate kulutus laskutus rahaa ostosumma",
        "spend revenue turnover euro ostosumma ostoteur ostojenarvo myynti liikevaihto laskutus "
        "kokonaisosto vuosiosto purchasevalue ordervalue lifetimevalue",
        "spend | spent | revenue | euros | how much money | ostojen arvo | euroa | kuinka paljon raha",
    ),
    "before": _vocabulary(
        "past prior previous prev before last earlier history historical aiempi aiemmat aiemmin "
        "edellinen edelliset ennen viime historia",
        "previous aiem edelli past prior",
        "before | previous | last year | last 12 months | in the past | ennen | viime vuon | edellis",
    ),
    "after": _vocabulary(
        "after next future following later subsequent post jalkeen seuraava seuraavat tuleva "
        "myohemmin",
        "after jalkeen seuraav subsequent following",
        "after | following | next | jalkeen | seuraav",
    ),
    "outcome": _vocabulary(
        "renewed renewal renew bought purchased repurchased retained stayed converted returned "
        "active jatkoi osti uusi uusinut palasi ostanut jatkanut uusinta",
        "renew purchased retain repurchas uusinut palasi",
    ),
    "left": _vocabulary(
        "left churn churned cancelled canceled attrition lost leaver terminated exited lahti "
        "lahtenyt poistunut poistui irtisanoi irtisanonut irtisanoutunut paattynyt vaihtoi poistuma",
        "churn attrit irtisan poistu lahtenyt cancelled canceled",
        "has left | cancelled | churn | irtisano | lahtenyt",
    ),
    "reason": _vocabulary(
        "reason reasons syy syyt", "reasonleft leavingreason exitreason lahtosyy poistumissyy",
        "why did you leave | reason for leaving | miksi lahd | syy lahtoon",
    ),
    "weight": _vocabulary(
        "weight weights weighting wt wgt pweight paino painot painokerroin otospaino",
        "weight painokerr otospain", "weight | painokerroin",
    ),
    "customer": _vocabulary(
        "customer customerid custid cust client clientid asiakas asiakasid asiakasnumero "
        "asiakasnro asiakastunnus member memberid household panelist subscriber patient guest user "
        "userid account accountid contactid jasen jasennumero kayttaja kayttajatunnus vastaaja "
        "henkilo person personid rater",
        "customerid customernum customerno clientid asiakasnumero asiakasnro asiakastunn "
        "memberid accountid userid",
        "customer number | customer id | asiakasnumero | asiakastunnus",
    ),
    "agent": _vocabulary(
        "agent agentid adviser advisor employee employeeid staff staffid seller salesperson clerk "
        "representative handler operator lecturer teacher doctor waiter cashier consultant myyja "
        "neuvoja virkailija asiantuntija asiakaspalvelija kasittelija tyontekija opettaja kuljettaja",
        "agentid employeeid staffid asiakaspalvelij salesrep myyjan",
        "who served | served by | kuka palveli | palvelija",
    ),
    "time": _vocabulary(
        "date time timestamp datetime recordeddate enddate startdate intdate submitted answered "
        "completed responded created pvm paiva paivamaara paivays ajankohta aika vastausaika "
        "vastauspvm vastattu",
        "date timestamp paivamaara vastausaika vastauspv",
        "date | paivamaara | ajankohta",
    ),
    "comment": _vocabulary(
        "comment comments verbatim feedback remark remarks suggestion suggestions text open why "
        "kommentti kommentit palaute avoin perustelu perustelut miksi terveiset kehitysehdotus",
        "comment verbatim feedback openend kommentt palaute avoinvast perustel",
        "in your own words | tell us | please explain | omin sanoin | kerro | perustele | miksi",
    ),
    "contact": _vocabulary(
        "channel contact touchpoint medium kanava asiointikanava asiointitapa yhteydenotto "
        "yhteystapa palvelukanava",
        "channel touchpoint kanava asiointitap", "which channel | asiointikanava | asioit",
    ),
    "alike": _vocabulary(
        "tenure visits visit frequency freq often timesflown times years since kaynnit kayntikerrat "
        "kerrat asiakkuus asiakasvuodet vuosia asiakkuusvuodet kesto",
        "tenure frequenc timesflown timesvisit peryear peryr visitsa asiakkuud asiakkuusv "
        "asiakasvuo kayntikerr kayntej kuinkausein kaynnit ostokerr longuse longcust",
        "how often | how many times | how frequently | how long have you | years as a customer | "
        "kuinka usein | kuinka monta kertaa | montako kertaa | kuinka kauan | kuinka pitkaan",
    ),
    "segment": _vocabulary(
        "segment region area group class tier category gender sex age agegroup income education "
        "occupation language lang market brand product branch store department dept unit plan "
        "contract purpose purp peak country sukupuoli ika ikaryhma tulot koulutus ammatti alue "
        "maakunta kieli osasto toimipiste myymala tyyppi ryhma luokka segmentti asiakastyyppi "
        "asiakasryhma maa maaluokka type servicetype serviceprovider provider industry sector toimiala",
        "segment region gender sukupuoli ikaryhm agegroup income purp customertype servicetype "
        "serviceprovider asiakastyyp asiakasryhm maakunt toimiala boardingarea barea",
        "gender | sukupuoli | age group | your age | household income | ikaryhm | asuinalue",
    ),
    "strategic": _vocabulary("strategic strateginen strategia", "strategi"),
    "protected": _vocabulary("protected vulnerable suojattu haavoittuva", "protected suojattu"),
    "cost": _vocabulary(
        "cost costs expense expenses eur euro euros euroa kustannus kustannukset kulu kulut hinta",
        "cost kustannu expense", "cost | kustannu",
    ),
    "hours": _vocabulary(
        "hours hour hrs tunnit tunti tuntia tyotunnit worktime tyoaika", "hours tunnit tunti tyoaika",
    ),
    "kind": _vocabulary(
        "kind type category task activity laji tyyppi luokka toimenpide tehtava",
        "efforttype worktype tyolaji toimenpide",
    ),
    "not_people": _vocabulary(
        "run runid flight gate zip zipcode postal postcode postinumero phone puhelin order orderid "
        "session trip store branch product sku ticket batch wave city kaupunki dest destination "
        "airline time minutes min code page row visit tilaus tilausnumero kuitti lasku invoice",
        "flight zip postinum postalcode airline destination",
    ),
}
