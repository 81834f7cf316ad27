"""Keep the words of which told stories are made, in Finnish and English."""

from typing import NamedTuple


class Said(NamedTuple):
    """Hold a sentence in Finnish and in English."""

    fi: str
    en: str


class Act(NamedTuple):
    """Hold what was done, and what it is about.

    Attributes
    ----------
    factor : str
        Of `company.STATED`.
    fi, en : str
    codes : tuple of str
        What a careful reader finds in it: factors of the codebook, the main one first.
    contact : str
        A second way of contact that it tells of; empty where there is none.
    """

    factor: str
    fi: str
    en: str
    codes: tuple[str, ...]
    contact: str = ""


class Place(NamedTuple):
    """Hold where a story happens, and how it opens."""

    sector: str
    company_size: str
    said: Said


PLACES = (
    Place(
        "retail",
        "small",
        Said("Kerron kotikulman rautakaupasta.", "This is about the hardware shop on our corner."),
    ),
    Place(
        "retail",
        "chain",
        Said("Kerron isosta kodinkoneketjusta.", "This is about a big chain of home appliances."),
    ),
    Place(
        "hospitality",
        "small",
        Said(
            "Kyse on pienestä kahvilasta työmatkan varrella.",
            "It is a small café on my way to work.",
        ),
    ),
    Place(
        "hospitality",
        "chain",
        Said(
            "Kyse on hotelliketjusta, jossa yövyn työmatkoilla.",
            "It is a hotel chain where I stay on business.",
        ),
    ),
    Place(
        "finance",
        "chain",
        Said(
            "Kyse on pankista, jonka asiakas olen ollut lapsesta.",
            "It is the bank I have been with since I was a child.",
        ),
    ),
    Place(
        "finance",
        "chain",
        Said("Tämä koskee vakuutusyhtiötä.", "This concerns an insurance company."),
    ),
    Place(
        "health",
        "small",
        Said("Hammaslääkärini pitää omaa vastaanottoa.", "My dentist runs her own practice."),
    ),
    Place(
        "health",
        "public",
        Said("Tämä tapahtui terveyskeskuksessa.", "This happened at the public health centre."),
    ),
    Place(
        "telecom",
        "chain",
        Said("Puhun teleoperaattorista.", "I am talking about a telecom operator."),
    ),
    Place(
        "transport",
        "chain",
        Said(
            "Matkustan samalla junayhtiöllä joka viikko.",
            "I travel with the same railway company every week.",
        ),
    ),
    Place(
        "transport",
        "small",
        Said("Meidän kylällä ajaa yksi taksi.", "There is one taxi in our village."),
    ),
    Place(
        "trades",
        "small",
        Said(
            "Meillä käy putkimies, joka tekee työnsä yksin.",
            "We have a plumber who works on his own.",
        ),
    ),
    Place(
        "trades",
        "small",
        Said(
            "Autoni huolletaan kahden miehen korjaamolla.",
            "My car is looked after by a garage of two men.",
        ),
    ),
    Place(
        "public",
        "public",
        Said("Asioin kaupungin rakennusvalvonnassa.", "I dealt with the city's building office."),
    ),
)

# By contact.
CONTACTS = {
    "face_to_face": Said("Kävin itse paikalla.", "I went there in person."),
    "phone": Said("Soitin sinne.", "I called them."),
    "chat": Said(
        "Kirjoitin chattiin, ja siellä oli oikea ihminen.",
        "I wrote in the chat and there was a real person.",
    ),
    "e-mail": Said("Lähetin sähköpostia.", "I sent an e-mail."),
    "web": Said("Hoidin asian verkossa.", "I did it on the website."),
    "app": Said("Käytin sovellusta.", "I used the app."),
}

# By polarity, and whether a human served.
ACTS = {
    ("excellent", True): (
        Act(
            "treatment",
            "Minut tunnettiin nimeltä ja muistettiin, mitä viimeksi puhuttiin.",
            "They knew me by name and remembered what we last talked about.",
            ("attention",),
        ),
        Act(
            "treatment",
            "Hän huomasi, että olin huolissani, ja pysähtyi kuuntelemaan.",
            "She saw that I was worried and stopped to listen.",
            ("attention", "friendliness"),
        ),
        Act(
            "treatment",
            "Hän teki enemmän kuin pyysin eikä laskuttanut siitä.",
            "He did more than I asked and did not charge for it.",
            ("extra", "price"),
        ),
        Act(
            "treatment",
            "Virhe myönnettiin heti, ja seuraavana päivänä kaikki oli kunnossa.",
            "They owned up at once and the next day all was well.",
            ("ownership", "speed"),
        ),
        Act(
            "treatment",
            "Sama ihminen hoiti asiani alusta loppuun, vaikka se kesti viikkoja.",
            "The same person saw it through though it took weeks.",
            ("ownership",),
        ),
        Act(
            "treatment",
            "Sanottiin suoraan, ettei kallein vaihtoehto ole minulle oikea.",
            "I was told straight that the dearest option was not right for me.",
            ("promises",),
        ),
        Act(
            "treatment",
            "Hän soitti vielä illalla varmistaakseen, että kaikki toimii.",
            "He rang in the evening to make sure that everything worked.",
            ("extra", "ownership"),
            "phone",
        ),
        Act(
            "treatment",
            "Minulle selitettiin rauhassa, mistä on kyse, eikä kertaakaan hoputettu.",
            "It was explained calmly and nobody hurried me.",
            ("communication",),
        ),
        Act(
            "speed",
            "Mitä luvattiin, se pidettiin, minuutilleen.",
            "What was promised was kept, to the minute.",
            ("promises",),
        ),
        Act(
            "treatment",
            "Lapsenikin otettiin huomioon, ja koko perhe lähti hymyillen.",
            "They noticed my child too, and we all left smiling.",
            ("attention",),
        ),
        Act(
            "treatment",
            "Hän tiesi asiasta kaiken ja osasi kertoa sen tavallisin sanoin.",
            "She knew everything about it and could say it in plain words.",
            ("expertise", "communication"),
        ),
        Act(
            "treatment",
            "Ovi avattiin sulkemisajan jälkeen, kun näkivät minun juoksevan.",
            "They opened the door after hours when they saw me running.",
            ("extra",),
        ),
    ),
    ("excellent", False): (
        Act(
            "speed",
            "Asia oli hoidettu kahdessa minuutissa, eikä mitään kysytty turhaan.",
            "It was done in two minutes and nothing was asked in vain.",
            ("speed", "ease"),
        ),
        Act(
            "app",
            "Sain heti tiedon, missä tilaukseni on.",
            "I could see at once where my order was.",
            ("digital", "communication"),
        ),
        Act(
            "app",
            "Peruutus onnistui yhdellä painalluksella ja rahat tulivat samana päivänä.",
            "One tap cancelled it and the money came the same day.",
            ("digital", "ease", "speed"),
        ),
        Act(
            "app",
            "Kaikki tiedot olivat valmiina, minun piti vain hyväksyä.",
            "Everything was filled in, I only had to accept.",
            ("ease", "digital"),
        ),
    ),
    ("awful", True): (
        Act(
            "treatment",
            "Minua pompoteltiin luukulta luukulle, eikä kukaan ottanut vastuuta.",
            "I was sent from desk to desk and nobody took it on.",
            ("ownership",),
        ),
        Act(
            "treatment",
            "Palvelija jutteli työkaverinsa kanssa eikä katsonut minuun.",
            "The clerk chatted with a colleague and never looked at me.",
            ("attention",),
        ),
        Act(
            "treatment",
            "Minulle puhuttiin kuin lapselle.",
            "I was spoken to like a child.",
            ("friendliness",),
        ),
        Act(
            "treatment",
            "Luvattiin kolmesti palata asiaan, eikä kukaan palannut.",
            "Three times they promised to come back to me and nobody did.",
            ("promises",),
        ),
        Act(
            "treatment",
            "Kun valitin, vika oli kuulemma minussa.",
            "When I complained, it was my own fault, they said.",
            ("ownership",),
        ),
        Act(
            "treatment",
            "Sain neuvon, joka oli väärä, ja maksoin virheestä itse.",
            "The advice was wrong and I paid for the mistake.",
            ("expertise",),
        ),
        Act(
            "treatment",
            "Kahdenkymmenen vuoden asiakkuus ei merkinnyt heille mitään.",
            "Twenty years as a customer meant nothing to them.",
            ("attention",),
        ),
        Act(
            "treatment",
            "Minulle tuputettiin kalliimpaa, vaikka sanoin kahdesti ei.",
            "They pushed the dearer one though I said no twice.",
            ("attention",),
        ),
        Act(
            "treatment",
            "Kukaan ei pyytänyt anteeksi.",
            "Nobody said sorry.",
            ("ownership",),
        ),
    ),
    ("awful", False): (
        Act(
            "app",
            "Robotti vastasi samaa kerta toisensa jälkeen, eikä ihmiseen saanut yhteyttä.",
            "A robot gave the same reply over and over and no human could be reached.",
            ("digital", "ease"),
            "machine",
        ),
        Act(
            "app",
            "Lomake hukkasi tietoni juuri ennen lähettämistä.",
            "The form lost my details just before sending.",
            ("digital",),
        ),
        Act(
            "speed",
            "Maksu veloitettiin kahteen kertaan, ja hyvitystä sai odottaa kuukauden.",
            "I was charged twice and waited a month for the refund.",
            ("price", "speed"),
        ),
        Act(
            "app",
            "Kirjautuminen ei toiminut, ja ohje neuvoi kirjautumaan.",
            "I could not log in, and the help page told me to log in.",
            ("digital",),
        ),
        Act(
            "app",
            "Irtisanominen oli piilotettu niin hyvin, etten löytänyt sitä.",
            "The way to cancel was hidden so well that I never found it.",
            ("ease", "digital"),
        ),
        Act(
            "price",
            "Hinta vaihtui kassalla toiseksi.",
            "The price changed at the checkout.",
            ("price",),
        ),
    ),
}

# By polarity, and whether it happened again and again.
ENDINGS = {
    ("excellent", 0): (
        Said("Muistan sen vieläkin.", "I remember it to this day."),
        Said("Kerroin siitä kaikille.", "I told everybody."),
        Said("Siitä jäi hyvä mieli.", "It left a good feeling."),
    ),
    ("excellent", 1): (
        Said("Näin on käynyt joka kerta.", "It has been so every time."),
        Said("Siksi palaan aina sinne.", "That is why I keep going back."),
        Said("Vuodesta toiseen sama juttu.", "Year after year, the same."),
    ),
    ("awful", 0): (
        Said("En mene sinne enää.", "I will not go there again."),
        Said("Vaihdoin toiseen saman tien.", "I switched on the spot."),
        Said("Olen kertonut siitä monelle.", "I have told many people."),
    ),
    ("awful", 1): (
        Said("Sama toistuu joka kerta.", "It is the same every time."),
        Said("Tätä on jatkunut vuosia.", "This has gone on for years."),
        Said("Kolmannella kerralla sain tarpeekseni.", "The third time I had had enough."),
    ),
}
