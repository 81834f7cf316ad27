"""The words by which columns of each meaning tend to be called, in English and Finnish.

All in small letters without dots and accents, as `kuski.listen.hint.plainly` writes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Meaning = Literal[
    "overall", "summary", "recommend", "loyalty", "importance", "money", "before", "after",
    "outcome", "left", "reason", "weight", "customer", "agent", "time", "comment", "contact",
    "alike", "segment", "strategic", "protected", "cost", "hours", "kind", "not_people",
    "points", "rank", "rival", "wave", "duration", "checked", "told", "best", "worst",
    "respondent",
]  # fmt: skip


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


def _of(*, words: str, stems: str = "", phrases: str = "") -> Vocabulary:
    return Vocabulary(
        frozenset(words.split()),
        tuple(stems.split()),
        tuple(" ".join(part.split()) for part in phrases.split("|") if part.strip()),
    )


VOCABULARIES: Mapping[Meaning, Vocabulary] = {
    "overall": _of(
        words="""
            overall csat cusa osat satisfaction satisfied whole tyytyvaisyys
            tyytyvaisyytesi kokonaisuus kokonaisuutena yleisarvosana yleisarvio
            kokonaisarvio kokonaisarvosana
        """,
        stems="""
            overall satisfaction kokonaistyyt kokonaisarv kokonaiskok yleisarv
            asiakastyytyv
        """,
        phrases="""
            overall | as a whole | all in all | in general | taken together |
            everything considered | kokonaisuu | kaiken kaikkiaan | kaikkiaan |
            yleisesti ottaen | yleisarvosan
        """,
    ),
    "summary": _of(
        words="""
            all total general global score rating grade whole arvosana arvio yleinen
            yleisesti kokemus experience
        """,
        stems="whole global arvosan",
    ),
    "recommend": _of(
        words="""
            nps netpro ltr recommend recommendation suosittelu suositus suositteletko
            promoter enps
        """,
        stems="recommend suosittel netpromot likelihoodtorec todennakoisestisuos",
        phrases="recommend | suosittel",
    ),
    "loyalty": _of(
        words="cusl loyalty loyal intent intention repurchase uskollisuus pysyvyys",
        stems="loyal repurch uskollis intention ostoaik",
        phrases="""
            choose again | remain a customer | stay a customer | stay with | buy again
            | loyal | continue as a customer | pysy asiakkaana | jatkaa asiakkaana |
            ostaa uudelleen | valita uudelleen | valitsisi uudelleen | uskollinen
        """,
    ),
    "importance": _of(
        words="importance tarkeys merkitys",
        stems="importance important tarkeys merkitys",
        phrases="how important | importance of | kuinka tarke | miten tarke | tarkeys",
    ),
    "money": _of(
        words="""
            spend spent spending revenue sales turnover amount eur euro euros euroa
            usd gbp sek clv ltv arpu margin profit purchases gmv worth osto ostot
            ostoja myynti liikevaihto tuotto kate kulutus laskutus rahaa ostosumma
        """,
        stems="""
            spend revenue turnover euro ostosumma ostoteur ostojenarvo myynti
            liikevaihto laskutus kokonaisosto vuosiosto purchasevalue ordervalue
            lifetimevalue
        """,
        phrases="""
            spend | spent | revenue | euros | how much money | ostojen arvo | euroa |
            kuinka paljon raha
        """,
    ),
    "before": _of(
        words="""
            past prior previous prev before last earlier history historical aiempi
            aiemmat aiemmin edellinen edelliset ennen viime historia
        """,
        stems="previous aiem edelli past prior",
        phrases="""
            before | previous | last year | last 12 months | in the past | ennen |
            viime vuon | edellis
        """,
    ),
    "after": _of(
        words="""
            after next future following later subsequent post jalkeen seuraava
            seuraavat tuleva myohemmin
        """,
        stems="after jalkeen seuraav subsequent following",
        phrases="after | following | next | jalkeen | seuraav",
    ),
    "outcome": _of(
        words="""
            renewed renewal renew bought purchased repurchased retained stayed
            converted returned active jatkoi osti uusi uusinut palasi ostanut jatkanut
            uusinta
        """,
        stems="renew purchased retain repurchas uusinut palasi",
    ),
    "left": _of(
        words="""
            left churn churned cancelled canceled attrition lost leaver terminated
            exited lahti lahtenyt poistunut poistui irtisanoi irtisanonut
            irtisanoutunut paattynyt vaihtoi poistuma
        """,
        stems="churn attrit irtisan poistu lahtenyt cancelled canceled",
        phrases="has left | cancelled | churn | irtisano | lahtenyt",
    ),
    "reason": _of(
        words="reason reasons syy syyt",
        stems="reasonleft leavingreason exitreason lahtosyy poistumissyy",
        phrases="why did you leave | reason for leaving | miksi lahd | syy lahtoon",
    ),
    "weight": _of(
        words="weight weights weighting wt wgt pweight paino painot painokerroin otospaino",
        stems="weight painokerr otospain",
        phrases="weight | painokerroin",
    ),
    "customer": _of(
        words="""
            customer customerid custid cust client clientid asiakas asiakasid
            asiakasnumero asiakasnro asiakastunnus member memberid household panelist
            subscriber patient guest user userid account accountid contactid jasen
            jasennumero kayttaja kayttajatunnus vastaaja henkilo person personid rater
        """,
        stems="""
            customerid customernum customerno clientid asiakasnumero asiakasnro
            asiakastunn memberid accountid userid
        """,
        phrases="customer number | customer id | asiakasnumero | asiakastunnus",
    ),
    "agent": _of(
        words="""
            agent agentid adviser advisor employee employeeid staff staffid seller
            salesperson clerk representative handler operator lecturer teacher doctor
            waiter cashier consultant myyja neuvoja virkailija asiantuntija
            asiakaspalvelija kasittelija tyontekija opettaja kuljettaja
        """,
        stems="agentid employeeid staffid asiakaspalvelij salesrep myyjan",
        phrases="who served | served by | kuka palveli | palvelija",
    ),
    "time": _of(
        words="""
            date time timestamp datetime recordeddate enddate startdate intdate
            submitted answered completed responded created pvm paiva paivamaara
            paivays ajankohta aika vastausaika vastauspvm vastattu
        """,
        stems="date timestamp paivamaara vastausaika vastauspv",
        phrases="date | paivamaara | ajankohta",
    ),
    "comment": _of(
        words="""
            comment comments verbatim feedback remark remarks suggestion suggestions
            text open why kommentti kommentit palaute avoin perustelu perustelut miksi
            terveiset kehitysehdotus
        """,
        stems="comment verbatim feedback openend kommentt palaute avoinvast perustel",
        phrases="""
            in your own words | tell us | please explain | omin sanoin | kerro |
            perustele | miksi
        """,
    ),
    "contact": _of(
        words="""
            channel contact touchpoint medium kanava asiointikanava asiointitapa
            yhteydenotto yhteystapa palvelukanava
        """,
        stems="channel touchpoint kanava asiointitap",
        phrases="which channel | asiointikanava | asioit",
    ),
    "alike": _of(
        words="""
            tenure visits frequency freq often timesflown times years since kaynnit
            kayntikerrat kerrat asiakkuus asiakasvuodet vuosia asiakkuusvuodet
        """,
        stems="""
            tenure frequenc timesflown timesvisit peryear peryr visitsa asiakkuud
            asiakkuusv asiakasvuo kerrat kayntej kuinkausein kaynnit ostokerr
            longuse longcust
        """,
        phrases="""
            how often | how many times | how frequently | how long have you | years as
            a customer | kuinka usein | kuinka monta kertaa | montako kertaa | kuinka
            kauan | kuinka pitkaan
        """,
    ),
    "segment": _of(
        words="""
            segment region area group class tier category gender sex age agegroup
            income education occupation language lang market brand branch department
            dept unit plan contract purpose purp peak country sukupuoli ika ikaryhma
            tulot koulutus ammatti alue maakunta kieli osasto toimipiste myymala
            tyyppi ryhma luokka segmentti asiakastyyppi asiakasryhma maa maaluokka
            type servicetype serviceprovider provider industry sector toimiala
        """,
        stems="""
            segment region gender sukupuoli ikaryhm agegroup income purp customertype
            servicetype serviceprovider asiakastyyp asiakasryhm maakunt toimiala
            boardingarea barea
        """,
        phrases="""
            gender | sukupuoli | age group | your age | household income | ikaryhm |
            asuinalue
        """,
    ),
    "strategic": _of(
        words="strategic strateginen strategia",
        stems="strategi",
    ),
    "protected": _of(
        words="protected vulnerable suojattu haavoittuva",
        stems="protected suojattu",
    ),
    "cost": _of(
        words="""
            cost costs expense expenses eur euro euros euroa kustannus kustannukset
            kulu kulut hinta
        """,
        stems="cost kustannu expense",
        phrases="cost | kustannu",
    ),
    "hours": _of(
        words="hours hour hrs tunnit tunti tuntia tyotunnit worktime tyoaika",
        stems="hours tunnit tunti tyoaika",
    ),
    "kind": _of(
        words="kind type category task activity laji tyyppi luokka toimenpide tehtava",
        stems="efforttype worktype tyolaji toimenpide",
    ),
    "not_people": _of(
        words="""
            run runid flight gate zip zipcode postal postcode postinumero phone
            puhelin order orderid session trip store branch product sku ticket batch
            wave city kaupunki dest destination airline time minutes min code page row
            visit tilaus tilausnumero kuitti lasku invoice
        """,
        stems="flight zip postinum postalcode airline destination",
    ),
    "points": _of(
        words="points pts pisteet pisteita pisteytys",
        phrases="points to share | divide 100 | share out 100 | jaa 100 | 100 pistetta",
    ),
    "rank": _of(
        words="rank ranks ranking sija sijoitus jarjestys",
        phrases="put in order of importance | rank the | aseta tarkeysjarjestykseen",
    ),
    "rival": _of(
        words="rival rivals competitor competitors kilpailija kilpailijat",
        stems="rival competitor kilpailij",
    ),
    "wave": _of(
        words="wave waves aalto round surveyround kierros mittauskierros kyselykierros",
        stems="mittauskierr kyselykierr surveywave",
    ),
    "duration": _of(
        words="duration followup survival months days kesto seuranta kuukaudet kuukautta",
        stems="followup seuranta timetoleav kesto",
        phrases="time until | months until | seuranta",
    ),
    "checked": _of(
        words="true checked verified actual todellinen tosi oikea tarkistettu varmistettu",
        stems="verified tarkistet todelli",
    ),
    "told": _of(
        words="coded code said told stated given koodattu sanottu ilmoitettu",
        stems="coded koodat sanot reason syy",
    ),
    "best": _of(words="best most paras tarkein", stems="best tarkein"),
    "worst": _of(words="worst least huonoin vahiten", stems="worst vahiten"),
    "respondent": _of(
        words="""
            respondent respondentid customer customerid person panelist vastaaja
            vastaajanumero asiakas id
        """,
        stems="respondent vastaaja",
    ),
}
